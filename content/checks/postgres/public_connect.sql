select
  connection || '/' || name as subject_id,
  case
    when not allow_connections then 'not_applicable'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), name) then 'not_applicable'
    when public_connect is null or allow_connections is null then 'unknown'
    when public_connect then 'fail'
    else 'pass'
  end as status,
  case
    when not allow_connections then 'The database accepts no connections.'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), name) then 'The database is meant to be open to every role.'
    when public_connect is null or allow_connections is null then 'The source did not say who may connect.'
    when public_connect then 'Every role may connect to the database.'
    else 'Only roles that were granted it may connect.'
  end as reason,
  owner
from postgres_database
