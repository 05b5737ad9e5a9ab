select
  connection || '/' || name || case when count(*) over (partition by connection, name) > 1 then ':' || line else '' end as subject_id,
  case
    when password_state = 'empty' then 'fail'
    when password_state is null then 'unknown'
    when password_state = 'locked' then 'not_applicable'
    else 'pass'
  end as status,
  case
    when password_state = 'empty' then 'The password is empty.'
    when password_state is null then 'The state of the password is hidden: run the collector as root.'
    when password_state = 'locked' then 'The account has no password that could be used.'
    else 'A password is set.'
  end as reason
from host_account
union all
select connection || '/accounts', 'unknown', 'No accounts were read, although every machine has some.'
from host_system
where connection not in (select connection from host_account)
