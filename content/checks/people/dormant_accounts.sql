with verdicts as (
  select
    connection || '/' || account_id as subject_id, name, created_at, last_login_at,
    case
      when status in ('suspended', 'deprovisioned')
        then {'status': 'not_applicable', 'reason': 'The account is ' || status || '.'}
      when last_login_at >= $as_of - to_days($unused_days::integer)
        then {'status': 'pass', 'reason': 'It was last used on ' || last_login_at::date || '.'}
      when created_at >= $as_of - to_days($unused_days::integer)
        then {'status': 'pass', 'reason': 'It is new: made on ' || created_at::date || '.'}
      when last_login_at is null
        then {'status': 'unknown', 'reason': 'The source does not say when it was last used.'}
      when status is null
        then {'status': 'unknown', 'reason': 'It was last used on ' || last_login_at::date || ', and the record does not say whether it is active.'}
      else {'status': 'fail', 'reason': 'It was last used on ' || last_login_at::date || ', more than ' || $unused_days || ' days ago.'}
    end as verdict
  from idp_account
)
select subject_id, verdict.status as status, verdict.reason as reason, name, created_at, last_login_at
from verdicts
