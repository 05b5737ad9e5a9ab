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
verdicts as (
  select
    account.connection || '/' || account.account_id as subject_id, account.name, account.last_login_at,
    case
      when account.status in ('suspended', 'deprovisioned')
        then {'status': 'not_applicable', 'reason': 'The account is ' || account.status || '.'}
      when account.is_service
        then {'status': 'not_applicable', 'reason': 'It is a service account, which people.service_accounts_owned is about.'}
      when not exists (select 1 from staff)
        then {'status': 'unknown', 'reason': 'There are no employee records to compare with.'}
      when account.email is null
        then {'status': 'unknown', 'reason': 'The account has no address, so whose it is cannot be told.'}
      when staff.email is not null
        then {'status': 'pass', 'reason': 'It belongs to ' || coalesce(staff.name, staff.email) || '.'}
      when account.is_service is null
        then {'status': 'unknown', 'reason': 'The address belongs to nobody in the employee records, and whether it is a service account is not recorded.'}
      when account.status is null
        then {'status': 'unknown', 'reason': 'The address belongs to nobody in the employee records, and whether the account is active is not recorded.'}
      else {'status': 'fail', 'reason': 'Nobody in the employee records has the address ' || account.email || '.'}
    end as verdict
  from idp_account as account
  left join staff on staff.email = lower(trim(account.email))
)
select subject_id, verdict.status as status, verdict.reason as reason, name, last_login_at
from verdicts
