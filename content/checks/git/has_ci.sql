with found as (
  select connection || '/' || name as subject_id, head, from_json(ci_systems, '["VARCHAR"]') as systems
  from git_repository
),
verdicts as (
  select
    subject_id, head,
    case
      when head is null then {'status': 'not_applicable', 'reason': 'The repository has no commits yet.'}
      when systems is null then {'status': 'unknown', 'reason': 'The newest tree of the main line could not be read.'}
      when len(systems) = 0 then {'status': 'fail', 'reason': 'The main line configures no continuous integration system that is known.'}
      else {'status': 'pass', 'reason': 'The main line configures ' || array_to_string(systems, ', ') || '.'}
    end as verdict
  from found
)
select subject_id, verdict.status as status, verdict.reason as reason, head
from verdicts
