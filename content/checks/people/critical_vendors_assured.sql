with verdicts as (
  select
    connection || '/' || vendor_id as subject_id, name, criticality, assurance, assurance_valid_until,
    case
      when status in ('ended', 'onboarding')
        then {'status': 'not_applicable', 'reason': 'The vendor is not in use (' || status || ').'}
      when criticality in ('low', 'medium') and not handles_customer_data
        then {'status': 'not_applicable', 'reason': 'It is neither critical nor handles customer data.'}
      when (criticality is null and not coalesce(handles_customer_data, false)) or (criticality in ('low', 'medium') and handles_customer_data is null)
        then {'status': 'unknown', 'reason': 'The record does not say whether it is critical or handles customer data.'}
      when assurance is null
        then {'status': 'unknown', 'reason': 'The record does not say what report or certificate it has.'}
      when assurance not in ('soc2_type2', 'iso27001')
        then {'status': 'fail', 'reason': 'It shows neither a SOC 2 Type 2 report nor an ISO 27001 certificate (' || replace(assurance, '_', ' ') || ').'}
      when assurance_valid_until is null
        then {'status': 'unknown', 'reason': 'The record does not say until when its report or certificate counts.'}
      when assurance_valid_until + $gap_days::integer < $as_of::date
        then {'status': 'fail', 'reason': 'Its report or certificate covers the time until ' || assurance_valid_until || ' only.'}
      else {'status': 'pass', 'reason': 'Its report or certificate covers the time until ' || assurance_valid_until || '.'}
    end as verdict
  from vendor_vendor
)
select subject_id, verdict.status as status, verdict.reason as reason, name, criticality, assurance, assurance_valid_until
from verdicts
