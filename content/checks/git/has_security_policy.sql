with verdicts as (
  select
    connection || '/' || name as subject_id,
    case
      when head is null then {'status': 'not_applicable', 'reason': 'The repository has no commits yet.'}
      when has_security_policy is null then {'status': 'unknown', 'reason': 'The newest tree of the main line could not be read.'}
      when has_security_policy then {'status': 'pass', 'reason': 'The main line has a SECURITY file.'}
      else {'status': 'fail', 'reason': 'The main line has no SECURITY file at a usual place.'}
    end as verdict,
    main_branch, head
  from git_repository
)
select subject_id, verdict.status as status, verdict.reason as reason, main_branch, head
from verdicts
