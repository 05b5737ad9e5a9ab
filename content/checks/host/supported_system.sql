select
  connection || '/' || hostname as subject_id,
  case
    when support_ends is null and list_contains(string_split(replace($rolling, ' ', ''), ','), os_id) then 'not_applicable'
    when support_ends is null then 'unknown'
    when support_ends >= cast($as_of as date) then 'pass'
    when $extended and extended_support_ends >= cast($as_of as date) then 'pass'
    else 'fail'
  end as status,
  case
    when support_ends is null and list_contains(string_split(replace($rolling, ' ', ''), ','), os_id) then 'The system has no releases: it is always the newest.'
    when support_ends is null then 'The support dates of ' || coalesce(os_name, 'the system') || ' are not known.'
    when support_ends >= cast($as_of as date) then coalesce(os_name, 'The system') || ' is supported until ' || support_ends || '.'
    when $extended and extended_support_ends >= cast($as_of as date) then coalesce(os_name, 'The system') || ' has extended support until ' || extended_support_ends || '.'
    else 'Support of ' || coalesce(os_name, 'the system') || ' ended on ' || support_ends || '.'
  end as reason
from host_system
