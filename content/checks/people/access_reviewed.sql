with decided as (
  select lower(trim(account_id)) as account, lower(trim(account_email)) as email, reviewed_on
  from access_review
  where reviewed_on <= $as_of::date and decision is not null
),
by_key as (
  -- An account may be named by its id or its address; the two lists are made distinct so that each join finds one row.
  select key, max(reviewed_on) as reviewed_on
  from (select account as key, reviewed_on from decided union all select email as key, reviewed_on from decided)
  where key is not null
  group by all
),
account as (
  select
    idp_account.connection || '/' || idp_account.account_id as subject_id, idp_account.name, idp_account.status, idp_account.created_at,
    greatest(by_id.reviewed_on, by_email.reviewed_on) as reviewed_on
  from idp_account
  left join by_key as by_id on by_id.key = lower(trim(idp_account.account_id))
  left join by_key as by_email on by_email.key = lower(trim(idp_account.email))
),
verdicts as (
  select
    *,
    case
      when status in ('suspended', 'deprovisioned')
        then {'status': 'not_applicable', 'reason': 'The account is ' || status || '.'}
      when created_at > $as_of - to_days($within_days::integer)
        then {'status': 'not_applicable', 'reason': 'The account is newer than the time between reviews.'}
      when not exists (select 1 from access_review)
        then {'status': 'unknown', 'reason': 'There are no records of access reviews.'}
      when reviewed_on >= $as_of::date - $within_days::integer
        then {'status': 'pass', 'reason': 'Its access was reviewed on ' || reviewed_on || '.'}
      when status is null
        then {'status': 'unknown', 'reason': 'No review within the time is recorded, and neither is whether the account is active.'}
      when reviewed_on is null
        then {'status': 'fail', 'reason': 'No review of its access is recorded.'}
      else {'status': 'fail', 'reason': 'Its access was last reviewed on ' || reviewed_on || '.'}
    end as verdict
  from account
)
select subject_id, verdict.status as status, verdict.reason as reason, name, reviewed_on
from verdicts
