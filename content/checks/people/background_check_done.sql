with employee as (
  select
    connection || '/' || employee_id as subject_id, name, lower(trim(email)) as email, start_date, end_date,
    case
      when end_date < $as_of::date then true
      when end_date >= $as_of::date then false
      when status = 'terminated' then true
      when status in ('active', 'on_leave') then false
    end as has_left, employee_id
  from hr_employee
),
screening as (
  select
    lower(trim(employee_id)) as employee_id,
    min(completed_on) filter (where result in ('clear', 'consider')) as cleared_on,
    count(*) filter (where result in ('clear', 'consider') and completed_on is null) as undated,
    count(*) filter (where result = 'failed') as refused,
    count(*) filter (where result is null) as unsaid
  from (
    select coalesce(employee_id, (select any_value(known.employee_id) from hr_employee as known where lower(trim(known.email)) = lower(trim(found.email)))) as employee_id, result, completed_on
    from hr_background_check as found
  )
  group by all
),
verdicts as (
  select
    employee.*, screening.cleared_on,
    case
      when start_date is null
        then {'status': 'unknown', 'reason': 'The employee record does not say when the person started.'}
      when start_date > $as_of::date
        then {'status': 'not_applicable', 'reason': 'The person has not started yet.'}
      when start_date <= $as_of::date - $within_days::integer
        then {'status': 'not_applicable', 'reason': 'The person started on ' || start_date || ', before the period.'}
      when not exists (select 1 from hr_background_check)
        then {'status': 'unknown', 'reason': 'There are no records of background checks.'}
      when screening.refused > 0
        then {'status': 'fail', 'reason': 'A background check ended with the result failed.'}
      when cleared_on <= start_date + $grace_days::integer
        then {'status': 'pass', 'reason': 'The check was completed on ' || cleared_on || '; the first day was ' || start_date || '.'}
      when screening.undated > 0
        then {'status': 'unknown', 'reason': 'The record does not say when the check was completed.'}
      when screening.unsaid > 0
        then {'status': 'unknown', 'reason': 'The record does not say what the result of the check is.'}
      when cleared_on is not null
        then {'status': 'fail', 'reason': 'The check was completed on ' || cleared_on || '; the first day was ' || start_date || '.'}
      when screening.employee_id is not null
        then {'status': 'fail', 'reason': 'The check is still pending.'}
      else {'status': 'fail', 'reason': 'No background check is recorded.'}
    end as verdict
  from employee
  left join screening on screening.employee_id = lower(trim(employee.employee_id))
)
select subject_id, verdict.status as status, verdict.reason as reason, name, start_date, cleared_on
from verdicts
