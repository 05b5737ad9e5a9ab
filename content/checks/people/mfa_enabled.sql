with verdicts as (
  select
    connection || '/' || account_id as subject_id, name, is_admin, last_login_at,
    case
      when status in ('suspended', 'deprovisioned')
        then {'status': 'not_applicable', 'reason': 'The account is ' || status || '.'}
      when is_service
        then {'status': 'not_applicable', 'reason': 'It is a service account, which no person signs in to.'}
      when mfa_enabled is null
        then {'status': 'unknown', 'reason': 'The source does not say whether a second factor is enrolled.'}
      when mfa_enabled
        then {'status': 'pass', 'reason': 'A second factor is enrolled.'}
      when status is null
        then {'status': 'unknown', 'reason': 'No second factor is enrolled, and the record does not say whether the account is active.'}
      when is_admin
        then {'status': 'fail', 'reason': 'It has administrator rights and no second factor.'}
      else {'status': 'fail', 'reason': 'No second factor is enrolled.'}
    end as verdict
  from idp_account
)
select subject_id, verdict.status as status, verdict.reason as reason, name, is_admin, last_login_at
from verdicts
