with verdicts as (
  select
    connection || '/' || name as subject_id,
    case
      when not regexp_matches(name, $release_pattern) then {'status': 'not_applicable', 'reason': 'Its name is not that of a release.'}
      when annotated is null then {'status': 'unknown', 'reason': 'The record does not say whether it is annotated.'}
      when not annotated then {'status': 'fail', 'reason': 'It is a mere name: nothing records who made it and when.'}
      when coalesce(tagger_name, tagger_email) is null or tagged_at is null
        then {'status': 'unknown', 'reason': 'It is annotated and does not name its tagger or its date.'}
      else {'status': 'pass', 'reason': coalesce(tagger_name, tagger_email) || ' made it.'}
    end as verdict,
    tagged_at
  from git_tag
)
select subject_id, verdict.status as status, verdict.reason as reason, tagged_at
from verdicts
