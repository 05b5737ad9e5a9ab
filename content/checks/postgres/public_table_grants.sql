with given as (
  select connection, schema, name, string_agg(distinct privilege, ', ' order by privilege) as privileges
  from postgres_grant
  where to_public and kind in ('table', 'partitioned_table', 'view', 'materialized_view', 'foreign_table', 'column')
  group by connection, schema, name
)
select
  t.connection || '/' || t.schema || '.' || t.name as subject_id,
  case
    when list_contains(string_split(replace($allowed, ' ', ''), ','), t.schema || '.' || t.name) then 'not_applicable'
    when g.privileges is not null then 'fail'
    when t.connection not in (select connection from postgres_grant) then 'unknown'
    else 'pass'
  end as status,
  case
    when list_contains(string_split(replace($allowed, ' ', ''), ','), t.schema || '.' || t.name) then 'The table is meant to be public.'
    when g.privileges is not null then 'Every role has ' || g.privileges || ' on the table.'
    when t.connection not in (select connection from postgres_grant) then 'No grants were read, although every database has some.'
    else 'No privilege on the table is given to everyone.'
  end as reason,
  t.kind
from postgres_table t
left join given g on g.connection = t.connection and g.schema = t.schema and g.name = t.name
union all
select s.connection || '/tables', 'not_applicable', 'The database has no tables.', null
from postgres_server s
where s.connection not in (select connection from postgres_table)
