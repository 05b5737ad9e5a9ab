select
  connection || '/' || name || case when count(*) over (partition by connection, name) > 1 then ':' || line else '' end as subject_id,
  case
    when system is null or login_possible is null then 'unknown'
    when not system then 'not_applicable'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), name) then 'pass'
    when login_possible then 'fail'
    else 'pass'
  end as status,
  case
    when system is null or login_possible is null then 'The source did not tell the kind of account or its shell.'
    when not system then 'The account belongs to a person or to root.'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), name) then 'The account needs a shell and is on the list.'
    when login_possible then 'The account of a service has the shell ' || coalesce(shell, '') || '.'
    else 'The account has no shell that lets a person in.'
  end as reason
from host_account
union all
select connection || '/accounts', 'unknown', 'No accounts were read, although every machine has some.'
from host_system
where connection not in (select connection from host_account)
