select
  connection || '/' || path as subject_id,
  case
    when world_writable or (uid is not null and uid <> 0) then 'fail'
    when world_writable is null or uid is null or world_readable is null or secret is null then 'unknown'
    when secret and world_readable and not (path = '/root' and $root_home_readable) then 'fail'
    when group_writable and gid <> 0 then 'fail'
    else 'pass'
  end as status,
  case
    when world_writable or (uid is not null and uid <> 0) then case when world_writable then 'Anyone may write to it (' || coalesce(mode, '') || ').' else 'It belongs to the user id ' || uid || ', not to root.' end
    when world_writable is null or uid is null or world_readable is null or secret is null then 'The permissions were not read.'
    when secret and world_readable and not (path = '/root' and $root_home_readable) then 'It holds secrets and anyone may read it (' || coalesce(mode, '') || ').'
    when group_writable and gid <> 0 then 'The group ' || gid || ' may write to it.'
    else 'Only root may write to it' || case when secret then ', and not everyone may read it.' else '.' end
  end as reason,
  mode
from host_sensitive_file
union all
select connection || '/files', 'not_applicable', 'The machine has none of the files.', null
from host_system
where connection not in (select connection from host_sensitive_file)
