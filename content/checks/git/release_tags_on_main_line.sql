with verdicts as (
  select
    connection || '/' || name as subject_id,
    case
      when not regexp_matches(name, $release_pattern) then {'status': 'not_applicable', 'reason': 'Its name is not that of a release.'}
      when target_type <> 'commit' then {'status': 'not_applicable', 'reason': 'It tags no commit.'}
      when on_main_history is null then {'status': 'unknown', 'reason': 'The record does not say whether the main line holds the tagged commit.'}
      when on_main_history then {'status': 'pass', 'reason': 'The main line holds the tagged commit.'}
      else {'status': 'fail', 'reason': 'The main line does not hold the tagged commit.'}
    end as verdict,
    target
  from git_tag
)
select subject_id, verdict.status as status, verdict.reason as reason, target
from verdicts
