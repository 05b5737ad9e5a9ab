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
employee as (
  select
    connection || '/' || employee_id as subject_id, name, lower(trim(email)) as email, start_date, end_date,
    case
      when end_date < $as_of::date then true
      when end_date >= $as_of::date then false
      when status = 'terminated' then true
      when status in ('active', 'on_leave') then false
    end as has_left, lower(trim(manager_email)) as manager
  from hr_employee
),
heads as (
  select count(*) as number from employee where not has_left and manager is null
),
verdicts as (
  select
    employee.subject_id, employee.name, employee.manager,
    case
      when employee.has_left
        then {'status': 'not_applicable', 'reason': 'The person no longer works here.'}
      when employee.has_left is null
        then {'status': 'unknown', 'reason': 'The employee record does not say whether the person works here.'}
      when manager is null and heads.number = 1
        then {'status': 'not_applicable', 'reason': 'The person is the head of the organisation: the only one without a manager.'}
      when manager is null
        then {'status': 'fail', 'reason': 'No manager is recorded, as for ' || heads.number - 1 || ' other ' || if(heads.number = 2, 'person.', 'people.')}
      when manager = employee.email
        then {'status': 'fail', 'reason': 'The person is recorded as their own manager.'}
      when staff.email is null
        then {'status': 'fail', 'reason': 'The manager ' || manager || ' is nobody in the employee records.'}
      when staff.has_left is null
        then {'status': 'unknown', 'reason': 'The record of the manager does not say whether that person works here.'}
      when staff.has_left
        then {'status': 'fail', 'reason': 'The manager ' || coalesce(staff.name, manager) || ' left' || coalesce(' on ' || staff.left_on, '') || '.'}
      else {'status': 'pass', 'reason': 'The manager is ' || coalesce(staff.name, manager) || '.'}
    end as verdict
  from employee
  cross join heads
  left join staff on staff.email = employee.manager
)
select subject_id, verdict.status as status, verdict.reason as reason, name, manager
from verdicts
