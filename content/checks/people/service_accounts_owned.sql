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
    account.connection || '/' || account.account_id as subject_id, account.name, account.owner_email,
    case
      when account.status in ('suspended', 'deprovisioned')
        then {'status': 'not_applicable', 'reason': 'The account is ' || account.status || '.'}
      when not account.is_service
        then {'status': 'not_applicable', 'reason': 'It is a person’s account.'}
      when account.is_service is null
        then {'status': 'unknown', 'reason': 'The source does not say whether it is a service account.'}
      when account.owner_email is null
        then {'status': 'fail', 'reason': 'It names nobody who answers for it.'}
      when not exists (select 1 from staff)
        then {'status': 'unknown', 'reason': 'There are no employee records to compare with.'}
      when staff.email is null
        then {'status': 'fail', 'reason': 'Its owner ' || account.owner_email || ' is nobody in the employee records.'}
      when staff.has_left is null
        then {'status': 'unknown', 'reason': 'The employee record of its owner does not say whether the person still works here.'}
      when staff.has_left
        then {'status': 'fail', 'reason': 'Its owner ' || coalesce(staff.name, staff.email) || ' left' || coalesce(' on ' || staff.left_on, '') || '.'}
      else {'status': 'pass', 'reason': coalesce(staff.name, staff.email) || ' answers for it.'}
    end as verdict
  from idp_account as account
  left join staff on staff.email = lower(trim(account.owner_email))
)
select subject_id, verdict.status as status, verdict.reason as reason, name, owner_email
from verdicts
