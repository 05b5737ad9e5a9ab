with seen as (
  select
    connection,
    count(*) as grants,
    count(*) filter (where kind = 'schema' and privilege = 'CREATE' and to_public) as open,
    string_agg(object, ', ' order by object) filter (where kind = 'schema' and privilege = 'CREATE' and to_public) as schemas
  from postgres_grant
  group by connection
)
select
  s.connection || '/' || s.database as subject_id,
  case
    when s.in_recovery then 'not_applicable'
    when coalesce(seen.open, 0) > 0 then 'fail'
    when coalesce(seen.grants, 0) = 0 then 'unknown'
    else 'pass'
  end as status,
  case
    when s.in_recovery then 'The server is a standby, in which nothing can be created.'
    when coalesce(seen.open, 0) > 0 then 'Every role may create objects in ' || seen.schemas || '.'
    when coalesce(seen.grants, 0) = 0 then 'No grants were read, although every database has some.'
    else 'No schema lets every role create objects.'
  end as reason
from postgres_server s
left join seen on seen.connection = s.connection
