with verdicts as (
  select
    connection || '/' || sha as subject_id,
    case
      when not on_main_line then {'status': 'not_applicable', 'reason': 'It is not a step of the main line itself.'}
      when signature is null then {'status': 'unknown', 'reason': 'The record does not say whether it is signed.'}
      when signature = 'present' then {'status': 'pass', 'reason': 'It carries a signature' || coalesce(' of type ' || signature_type, '') || '.'}
      when on_main_line is null then {'status': 'unknown', 'reason': 'It is not signed, and the record does not say whether it is a step of the main line.'}
      else {'status': 'fail', 'reason': 'It carries no signature.'}
    end as verdict,
    committed_at, committer_email
  from git_commit
  where committed_at is null or committed_at > $as_of - to_days($within_days::integer)
)
select subject_id, verdict.status as status, verdict.reason as reason, committed_at, committer_email
from verdicts
