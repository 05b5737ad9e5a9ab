select
  connection || '/' || name || case when count(*) over (partition by connection, name) > 1 then ':' || line else '' end as subject_id,
  case
    when uid is null then 'unknown'
    when uid = 0 and name = 'root' then 'pass'
    when uid = 0 then 'fail'
    when system then 'not_applicable'
    else 'pass'
  end as status,
  case
    when uid is null then 'The source did not give the user id.'
    when uid = 0 and name = 'root' then 'The account is root itself.'
    when uid = 0 then 'The account has the user id 0 and is not root.'
    when system then 'The account belongs to a service.'
    else 'The account has the user id ' || uid || '.'
  end as reason,
  uid
from host_account
union all
select connection || '/accounts', 'unknown', 'No accounts were read, although every machine has some.', null
from host_system
where connection not in (select connection from host_account)
