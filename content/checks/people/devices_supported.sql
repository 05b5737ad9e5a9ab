with verdicts as (
  select
    connection || '/' || serial as subject_id, name, owner_email, platform, os_version, os_supported_until,
    case
      when status in ('retired', 'lost', 'in_stock')
        then {'status': 'not_applicable', 'reason': 'The device is not in use (' || replace(status, '_', ' ') || ').'}
      when os_supported_until is null
        then {'status': 'unknown', 'reason': 'The source does not say until when its operating system gets security updates.'}
      when os_supported_until < $as_of::date
        then {'status': 'fail', 'reason': 'Security updates for ' || coalesce(platform || ' ' || os_version, platform, 'its operating system') || ' ended on ' || os_supported_until || '.'}
      else {'status': 'pass', 'reason': coalesce(platform || ' ' || os_version, platform, 'Its operating system') || ' gets security updates until ' || os_supported_until || '.'}
    end as verdict
  from asset_device
)
select subject_id, verdict.status as status, verdict.reason as reason, name, owner_email, platform, os_version
from verdicts
