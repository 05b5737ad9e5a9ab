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
    device.connection || '/' || device.serial as subject_id, device.name, device.owner_email, device.last_seen_at,
    case
      when device.status in ('retired', 'lost', 'in_stock')
        then {'status': 'not_applicable', 'reason': 'The device is not in use (' || replace(device.status, '_', ' ') || ').'}
      when device.owner_email is null
        then {'status': 'fail', 'reason': 'Nobody is recorded as its user.'}
      when not exists (select 1 from staff)
        then {'status': 'unknown', 'reason': 'There are no employee records to compare with.'}
      when staff.email is null
        then {'status': 'fail', 'reason': 'Its user ' || device.owner_email || ' is nobody in the employee records.'}
      when staff.has_left is null
        then {'status': 'unknown', 'reason': 'The employee record of its user does not say whether the person still works here.'}
      when staff.has_left
        then {'status': 'fail', 'reason': 'Its user ' || coalesce(staff.name, staff.email) || ' left' || coalesce(' on ' || staff.left_on, '') || '.'}
      else {'status': 'pass', 'reason': 'Its user is ' || coalesce(staff.name, staff.email) || '.'}
    end as verdict
  from asset_device as device
  left join staff on staff.email = lower(trim(device.owner_email))
)
select subject_id, verdict.status as status, verdict.reason as reason, name, owner_email, last_seen_at
from verdicts
