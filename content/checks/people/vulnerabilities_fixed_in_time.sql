with finding as (
  select
    *,
    case severity
      when 'critical' then $critical_days when 'high' then $high_days when 'medium' then $medium_days when 'low' then $low_days
    end as allowed
  from vulnerability_finding
  where fixed_on is null or fixed_on > $as_of::date - $within_days::integer
),
verdicts as (
  select
    connection || '/' || finding_id as subject_id, title, asset, severity, detected_on, fixed_on,
    case
      when status = 'false_positive'
        then {'status': 'not_applicable', 'reason': 'It was found to be no vulnerability.'}
      when status = 'accepted'
        then {'status': 'not_applicable', 'reason': 'Its risk was accepted.'}
      when severity is null or detected_on is null
        then {'status': 'unknown', 'reason': 'The record does not say how severe it is or when it was found.'}
      when status = 'fixed' and fixed_on is null
        then {'status': 'unknown', 'reason': 'The record does not say when it was fixed.'}
      when fixed_on <= detected_on + allowed::integer
        then {'status': 'pass', 'reason': 'It was fixed after ' || fixed_on - detected_on || ' days; ' || allowed || ' are agreed for ' || severity || ' severity.'}
      when fixed_on is not null
        then {'status': 'fail', 'reason': 'It was fixed after ' || fixed_on - detected_on || ' days; ' || allowed || ' are agreed for ' || severity || ' severity.'}
      when $as_of::date > detected_on + allowed::integer
        then {'status': 'fail', 'reason': 'It has been open for ' || $as_of::date - detected_on || ' days; ' || allowed || ' are agreed for ' || severity || ' severity.'}
      else {'status': 'pass', 'reason': 'It has been open for ' || $as_of::date - detected_on || ' of ' || allowed || ' days.'}
    end as verdict
  from finding
)
select subject_id, verdict.status as status, verdict.reason as reason, title, asset, severity, detected_on, fixed_on
from verdicts
