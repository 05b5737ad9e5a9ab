with staff as (
  -- One row for each address: someone who came back has several records and has left only when all of them ended.
  select
    lower(trim(email)) as email,
    case when bool_or(not gone) then false when bool_or(gone is null) then null else true end as has_left,
    max(end_date) as left_on,
    any_value(name) as name
  from (
    select
      email, name, end_date,
      case
        when end_date < $as_of::date then true
        when end_date >= $as_of::date then false
        when status = 'terminated' then true
        when status in ('active', 'on_leave') then false
      end as gone
    from hr_employee
  )
  where email is not null
  group by all
),
account as (
  select connection || '/' || account_id as subject_id, lower(trim(email)) as email, status, last_login_at from idp_account
),
verdicts as (
  select
    account.subject_id, account.last_login_at, staff.left_on,
    case
      when not exists (select 1 from staff)
        then {'status': 'unknown', 'reason': 'There are no employee records to compare with.'}
      when account.email is null and account.status in ('suspended', 'deprovisioned')
        then {'status': 'not_applicable', 'reason': 'The account is ' || account.status || '.'}
      when account.email is null
        then {'status': 'unknown', 'reason': 'The account has no address, so whose it is cannot be told.'}
      when staff.email is null
        then {'status': 'not_applicable', 'reason': 'The address belongs to nobody in the employee records.'}
      when staff.has_left is null
        then {'status': 'unknown', 'reason': 'The employee record does not say whether the person still works here.'}
      when not staff.has_left
        then {'status': 'not_applicable', 'reason': 'The person still works here.'}
      when account.status is null
        then {'status': 'unknown', 'reason': 'The record does not say whether the account is active.'}
      when account.status = 'active'
        then {'status': 'fail', 'reason': 'The person left' || coalesce(' on ' || staff.left_on, '') || ' and the account is active.'}
      else {'status': 'pass', 'reason': 'The person left and the account is ' || account.status || '.'}
    end as verdict
  from account
  left join staff on staff.email = account.email
)
select subject_id, verdict.status as status, verdict.reason as reason, left_on, last_login_at
from verdicts
