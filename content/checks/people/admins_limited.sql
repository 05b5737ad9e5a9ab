with counted as (
  select
    connection as subject_id,
    count(*) as accounts,
    count(*) filter (where is_admin and coalesce(status, 'active') = 'active') as admins,
    count(*) filter (where is_admin is null and coalesce(status, 'active') = 'active') as unsaid,
    count(*) filter (where is_admin and status is null) as stateless
  from idp_account
  where status is null or status = 'active'
  group by connection
),
verdicts as (
  select
    *,
    case
      when admins - stateless > $most
        then {'status': 'fail', 'reason': admins - stateless || ' of ' || accounts || ' active accounts have administrator rights; ' || $most || ' are agreed.'}
      when unsaid > 0
        then {'status': 'unknown', 'reason': 'The source does not say of ' || unsaid || if(unsaid = 1, ' account', ' accounts') || ' whether it has administrator rights.'}
      when admins > $most
        then {'status': 'unknown', 'reason': 'Some administrators may not be active: the record does not say.'}
      when accounts < $smallest
        then {'status': 'not_applicable', 'reason': 'With ' || accounts || ' active accounts the number of administrators says little.'}
      else {'status': 'pass', 'reason': admins || ' of ' || accounts || ' active accounts have administrator rights; ' || $most || ' are agreed.'}
    end as verdict
  from counted
)
select subject_id, verdict.status as status, verdict.reason as reason, accounts, admins
from verdicts
