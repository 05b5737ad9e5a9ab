with employee as (
  select
    connection || '/' || employee_id as subject_id, name, lower(trim(email)) as email, start_date, end_date,
    case
      when end_date < $as_of::date then true
      when end_date >= $as_of::date then false
      when status = 'terminated' then true
      when status in ('active', 'on_leave') then false
    end as has_left
  from hr_employee
),
account as (
  select lower(trim(email)) as email, account_id, status, deprovisioned_at from idp_account where email is not null
),
judged as (
  select
    employee.subject_id, employee.name, employee.email, employee.has_left, employee.end_date,
    count(account.account_id) as accounts,
    count(*) filter (where account.status = 'active') as active,
    count(*) filter (where account.account_id is not null and account.status is null) as stateless,
    count(*) filter (where account.status <> 'active' and account.deprovisioned_at is null) as undated,
    max(account.deprovisioned_at::date) as last_closed
  from employee
  left join account on account.email = employee.email
  where employee.has_left is null or (employee.has_left and (employee.end_date is null or employee.end_date > $as_of::date - $within_days::integer))
  group by all
),
verdicts as (
  select
    *,
    case
      when has_left is null
        then {'status': 'unknown', 'reason': 'The employee record does not say whether the person still works here.'}
      when email is null
        then {'status': 'unknown', 'reason': 'The employee record has no address, so the accounts cannot be found.'}
      when accounts = 0
        then {'status': 'not_applicable', 'reason': 'The person has no account in the sources that are collected.'}
      when end_date is null
        then {'status': 'unknown', 'reason': 'The employee record does not say which day was the last.'}
      when active > 0 and end_date + $grace_days::integer < $as_of::date
        then {'status': 'fail', 'reason': active || if(active = 1, ' account is', ' accounts are') || ' still active; the last day was ' || end_date || '.'}
      when last_closed > end_date + $grace_days::integer
        then {'status': 'fail', 'reason': 'The last account was closed on ' || last_closed || '; the last day was ' || end_date || '.'}
      when stateless > 0
        then {'status': 'unknown', 'reason': 'The record does not say whether an account is active.'}
      when active > 0
        then {'status': 'unknown', 'reason': 'The last day was ' || end_date || '; the time to close the accounts is not over.'}
      when undated > 0
        then {'status': 'unknown', 'reason': 'The record does not say when an account was closed.'}
      else {'status': 'pass', 'reason': 'All accounts were closed by ' || last_closed || '; the last day was ' || end_date || '.'}
    end as verdict
  from judged
)
select subject_id, verdict.status as status, verdict.reason as reason, name, end_date, last_closed
from verdicts
