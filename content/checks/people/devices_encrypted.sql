with verdicts as (
  select
    connection || '/' || serial as subject_id, name, owner_email, platform, last_seen_at,
    case
      when status in ('retired', 'lost', 'in_stock')
        then {'status': 'not_applicable', 'reason': 'The device is not in use (' || replace(status, '_', ' ') || ').'}
      when disk_encrypted is null
        then {'status': 'unknown', 'reason': 'The source does not say whether its storage is encrypted.'}
      when not disk_encrypted
        then {'status': 'fail', 'reason': 'Its storage is not encrypted.'}
      when last_seen_at < $as_of - to_days($unseen_days::integer)
        then {'status': 'unknown', 'reason': 'Device management last heard of it on ' || last_seen_at::date || ': what it said then may no longer hold.'}
      else {'status': 'pass', 'reason': 'Its storage is encrypted.'}
    end as verdict
  from asset_device
)
select subject_id, verdict.status as status, verdict.reason as reason, name, owner_email, platform, last_seen_at
from verdicts
