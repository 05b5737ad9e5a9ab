with counted as (
  select
    *,
    array_to_string(
      [one.count || ' by ' || one.rule || ' in ' || one.field for one in from_json(found::json, '[{"count":"BIGINT","field":"VARCHAR","rule":"VARCHAR"}]')],
      ', '
    ) as places
  from vouch_redaction
),
verdicts as (
  select
    connection || '/' || resource as subject_id, records, secrets, places,
    case
      when secrets > 0
        then {'status': 'fail', 'reason': secrets || if(secrets = 1, ' secret was', ' secrets were') || ' found and redacted: ' || coalesce(nullif(places, ''), 'where is not recorded') || '.'}
      when secrets is null
        then {'status': 'unknown', 'reason': 'It is not recorded whether secrets were found.'}
      when whole is null or not whole
        then {'status': 'unknown', 'reason': 'It was not read to its end; nothing was found in what was read.'}
      when records = 0
        then {'status': 'not_applicable', 'reason': 'It has no records.'}
      else {'status': 'pass', 'reason': 'No secret that the rules know is in its ' || records || if(records = 1, ' record.', ' records.')}
    end as verdict
  from counted
)
select subject_id, verdict.status as status, verdict.reason as reason, records, secrets, places
from verdicts
