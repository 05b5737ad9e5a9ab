with verdicts as (
  select
    connection || '/' || incident_id as subject_id, title, severity, resolved_at, postmortem_on,
    case
      when severity in ('low', 'medium')
        then {'status': 'not_applicable', 'reason': 'It is of ' || severity || ' severity.'}
      when detected_at <= $as_of - to_days($within_days::integer)
        then {'status': 'not_applicable', 'reason': 'It was noticed before the period.'}
      when severity is null
        then {'status': 'unknown', 'reason': 'The record does not say how severe it was.'}
      when resolved_at is null
        then {'status': 'not_applicable', 'reason': 'It is still open.'}
      when postmortem_on <= resolved_at::date + $review_days::integer
        then {'status': 'pass', 'reason': 'The review of its causes was finished on ' || postmortem_on || '.'}
      when postmortem_on is not null
        then {'status': 'fail', 'reason': 'The review of its causes was finished on ' || postmortem_on || ', more than ' || $review_days || ' days after it was over.'}
      when resolved_at::date + $review_days::integer >= $as_of::date
        then {'status': 'unknown', 'reason': 'No review of its causes is recorded; the time for it is not over.'}
      else {'status': 'fail', 'reason': 'It was over on ' || resolved_at::date || ' and no review of its causes is recorded.'}
    end as verdict
  from incident_incident
)
select subject_id, verdict.status as status, verdict.reason as reason, title, severity, resolved_at, postmortem_on
from verdicts
