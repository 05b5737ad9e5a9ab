select
  connection || '/' || name || case when count(*) over (partition by connection, name) > 1 then ':' || line else '' end as subject_id,
  case
    when password_state is null then 'unknown'
    when password_state <> 'set' then 'not_applicable'
    when password_hash is null or password_hash = 'other' then 'unknown'
    when list_contains(string_split(replace($accepted, ' ', ''), ','), password_hash) then 'pass'
    else 'fail'
  end as status,
  case
    when password_state is null then 'How the password is hashed is hidden: run the collector as root.'
    when password_state <> 'set' then 'No password is set.'
    when password_hash is null or password_hash = 'other' then 'The method of the hash is not known.'
    when list_contains(string_split(replace($accepted, ' ', ''), ','), password_hash) then 'The password is hashed by ' || password_hash || '.'
    else 'The password is hashed by ' || password_hash || '.'
  end as reason
from host_account
union all
select connection || '/accounts', 'unknown', 'No accounts were read, although every machine has some.'
from host_system
where connection not in (select connection from host_account)
