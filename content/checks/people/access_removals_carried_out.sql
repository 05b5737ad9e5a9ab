with verdicts as (
  select
    connection || '/' || review_id || '/' || system || '/' || account_id as subject_id, reviewer_email, decision, reviewed_on, carried_out_on,
    case
      when decision = 'keep'
        then {'status': 'not_applicable', 'reason': 'The decision was to keep the access.'}
      when decision is null and reviewed_on is null
        then {'status': 'not_applicable', 'reason': 'It is not decided yet.'}
      when decision is null or reviewed_on is null
        then {'status': 'unknown', 'reason': 'The record does not say what was decided or when.'}
      when carried_out_on <= reviewed_on + $grace_days::integer
        then {'status': 'pass', 'reason': 'It was decided on ' || reviewed_on || ' and carried out on ' || carried_out_on || '.'}
      when carried_out_on is not null
        then {'status': 'fail', 'reason': 'It was decided on ' || reviewed_on || ' and carried out on ' || carried_out_on || ' only.'}
      when reviewed_on + $grace_days::integer < $as_of::date
        then {'status': 'fail', 'reason': 'It was decided on ' || reviewed_on || ' and is not recorded as carried out.'}
      else {'status': 'unknown', 'reason': 'It was decided on ' || reviewed_on || '; the time to carry it out is not over.'}
    end as verdict
  from access_review
)
select subject_id, verdict.status as status, verdict.reason as reason, reviewer_email, decision, reviewed_on, carried_out_on
from verdicts
