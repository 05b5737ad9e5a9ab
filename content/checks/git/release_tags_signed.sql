with verdicts as (
  select
    connection || '/' || name as subject_id,
    case
      when not regexp_matches(name, $release_pattern) then {'status': 'not_applicable', 'reason': 'Its name is not that of a release.'}
      when coalesce(tagged_at, target_committed_at) < $since
        then {'status': 'not_applicable', 'reason': 'It was made before ' || $since || '.'}
      when signature is null then {'status': 'unknown', 'reason': 'The record does not say whether it is signed.'}
      when signature = 'present' then {'status': 'pass', 'reason': 'It carries a signature' || coalesce(' of type ' || signature_type, '') || '.'}
      when not annotated then {'status': 'fail', 'reason': 'It is a mere name and cannot be signed.'}
      else {'status': 'fail', 'reason': 'It carries no signature.'}
    end as verdict,
    tagged_at
  from git_tag
)
select subject_id, verdict.status as status, verdict.reason as reason, tagged_at
from verdicts
