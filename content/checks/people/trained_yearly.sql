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
done as (
  select lower(trim(email)) as email, max(completed_on) as last_on, min(completed_on) as first_on
  from training_completion
  where completed_on <= $as_of::date and ($course = '' or course = $course)
  group by all
),
verdicts as (
  select
    employee.*, done.last_on,
    case
      when has_left
        then {'status': 'not_applicable', 'reason': 'The person no longer works here.'}
      when has_left is null
        then {'status': 'unknown', 'reason': 'The employee record does not say whether the person works here.'}
      when start_date > $as_of::date
        then {'status': 'not_applicable', 'reason': 'The person has not started yet.'}
      when not exists (select 1 from training_completion)
        then {'status': 'unknown', 'reason': 'There are no training records.'}
      when employee.email is null
        then {'status': 'unknown', 'reason': 'The employee record has no address, so the training cannot be found.'}
      when done.last_on >= $as_of::date - $within_days::integer
        then {'status': 'pass', 'reason': 'Training was completed on ' || done.last_on || '.'}
      when start_date >= $as_of::date - $joining_days::integer
        then {'status': 'not_applicable', 'reason': 'The person started on ' || start_date || ' and still has time.'}
      when done.last_on is null
        then {'status': 'fail', 'reason': 'No completed training is recorded.'}
      else {'status': 'fail', 'reason': 'Training was last completed on ' || done.last_on || '.'}
    end as verdict
  from employee
  left join done on done.email = employee.email
)
select subject_id, verdict.status as status, verdict.reason as reason, name, last_on
from verdicts
