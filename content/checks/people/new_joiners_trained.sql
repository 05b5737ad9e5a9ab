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
    employee.*, done.first_on,
    case
      when start_date is null
        then {'status': 'unknown', 'reason': 'The employee record does not say when the person started.'}
      when start_date > $as_of::date
        then {'status': 'not_applicable', 'reason': 'The person has not started yet.'}
      when start_date <= $as_of::date - $within_days::integer
        then {'status': 'not_applicable', 'reason': 'The person started on ' || start_date || ', before the period.'}
      when end_date <= start_date + $joining_days::integer
        then {'status': 'not_applicable', 'reason': 'The person left before the time was over.'}
      when not exists (select 1 from training_completion)
        then {'status': 'unknown', 'reason': 'There are no training records.'}
      when employee.email is null
        then {'status': 'unknown', 'reason': 'The employee record has no address, so the training cannot be found.'}
      when done.first_on <= start_date + $joining_days::integer
        then {'status': 'pass', 'reason': 'The person started on ' || start_date || ' and completed training on ' || done.first_on || '.'}
      when start_date >= $as_of::date - $joining_days::integer
        then {'status': 'not_applicable', 'reason': 'The person started on ' || start_date || ' and still has time.'}
      when done.first_on is null
        then {'status': 'fail', 'reason': 'The person started on ' || start_date || ' and no completed training is recorded.'}
      else {'status': 'fail', 'reason': 'The person started on ' || start_date || ' and completed training on ' || done.first_on || ' only.'}
    end as verdict
  from employee
  left join done on done.email = employee.email
)
select subject_id, verdict.status as status, verdict.reason as reason, name, start_date, first_on
from verdicts
