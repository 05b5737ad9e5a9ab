select
  connection || '/server' as subject_id,
  case
    when $vendor_supported then 'not_applicable'
    when support_ends is null then 'unknown'
    when support_ends < cast($as_of as date) then 'fail'
    else 'pass'
  end as status,
  case
    when $vendor_supported then 'A vendor supports this server by its own dates.'
    when support_ends is null then 'The support dates of version ' || coalesce(version, 'unknown') || ' are not known.'
    when support_ends < cast($as_of as date) then 'Support of version ' || coalesce(version, '') || ' ended on ' || support_ends || '.'
    else 'Version ' || coalesce(version, '') || ' is supported until ' || support_ends || '.'
  end as reason
from postgres_server
