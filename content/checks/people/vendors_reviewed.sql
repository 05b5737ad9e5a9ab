with vendor as (
  select
    *,
    -- The vendor's own date counts; without one the next review is due after the agreed days.
    coalesce(next_review_on, last_reviewed_on + $within_days::integer) as due_on
  from vendor_vendor
),
verdicts as (
  select
    connection || '/' || vendor_id as subject_id, name, criticality, last_reviewed_on, due_on,
    case
      when status = 'ended'
        then {'status': 'not_applicable', 'reason': 'The relationship has ended.'}
      when criticality = 'low' and not coalesce(handles_customer_data, true)
        then {'status': 'not_applicable', 'reason': 'It is of low criticality and handles no customer data.'}
      when due_on < $as_of::date
        then {'status': 'fail', 'reason': 'Its review was due on ' || due_on || coalesce('; it was last reviewed on ' || last_reviewed_on, '') || '.'}
      when last_reviewed_on is null and status = 'onboarding'
        then {'status': 'not_applicable', 'reason': 'It is not in use yet.'}
      when last_reviewed_on is null
        then {'status': 'unknown', 'reason': 'The record does not say when it was last reviewed.'}
      else {'status': 'pass', 'reason': 'It was reviewed on ' || last_reviewed_on || '; the next review is due on ' || due_on || '.'}
    end as verdict
  from vendor
)
select subject_id, verdict.status as status, verdict.reason as reason, name, criticality, last_reviewed_on, due_on
from verdicts
