select
  connection || '/' || mount || ' on ' || device as subject_id,
  case
    when network then 'not_applicable'
    when list_contains(string_split(replace($exempt, ' ', ''), ','), mount) then 'not_applicable'
    when encrypted is null then 'unknown'
    when encrypted then 'pass'
    else 'fail'
  end as status,
  case
    when network then 'The file system lies on another machine.'
    when list_contains(string_split(replace($exempt, ' ', ''), ','), mount) then 'The file system holds nothing but what starts the machine.'
    when encrypted is null then 'What lies beneath the file system cannot be seen from here.'
    when encrypted then 'The file system lies on an encrypted device.'
    else 'No encrypted device lies beneath the file system.'
  end as reason,
  fstype
from host_disk
union all
select connection || '/disks', 'unknown', 'No file system on a disk was seen.', null
from host_system
where connection not in (select connection from host_disk)
