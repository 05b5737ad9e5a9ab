with newest as (
  select
    try_cast(split_part(version, '.', 1) as integer) as major,
    max(try_cast(split_part(version, '.', 2) as integer)) as minor
  from (select unnest(string_split(trim($newest), ' ')) as version)
  group by major
)
select
  s.connection || '/server' as subject_id,
  case
    when s.support_ends < cast($as_of as date) then 'not_applicable'
    when s.major_version is null or s.minor_version is null or n.minor is null then 'unknown'
    when s.minor_version >= n.minor then 'pass'
    else 'fail'
  end as status,
  case
    when s.support_ends < cast($as_of as date) then 'The major version gets no minor versions any more, which another check is about.'
    when s.major_version is null or s.minor_version is null then 'The source did not give the version.'
    when n.minor is null then 'The newest minor version of ' || s.major_version || ' is not on the list.'
    when s.minor_version >= n.minor then 'Version ' || s.major_version || '.' || s.minor_version || ' is as new as the list.'
    else 'Version ' || s.major_version || '.' || s.minor_version || ' is older than ' || n.major || '.' || n.minor || ', the newest on the list.'
  end as reason
from postgres_server s
left join newest n on n.major = s.major_version
