with verdicts as (
  select
    connection || '/' || sha as subject_id,
    case
      when json_array_length(parents) = 0 then {'status': 'not_applicable', 'reason': 'It is the beginning of a history, which may be an import.'}
      when committed_at is null or authored_at is null then {'status': 'unknown', 'reason': 'One of its dates cannot be read.'}
      when committed_at > $as_of + to_hours($tolerance_hours)
        then {'status': 'fail', 'reason': 'It is dated ' || strftime(committed_at, '%Y-%m-%d') || ', after the time of this run.'}
      when authored_at > committed_at + to_hours($tolerance_hours)
        then {'status': 'fail', 'reason': 'It was written on ' || strftime(authored_at, '%Y-%m-%d') || ', after it was committed on ' || strftime(committed_at, '%Y-%m-%d') || '.'}
      when authored_at < committed_at - to_days($longest_days::integer)
        then {'status': 'fail', 'reason': 'It was committed ' || date_diff('day', authored_at, committed_at) || ' days after it was written.'}
      else {'status': 'pass', 'reason': 'Its dates agree with each other and with the time of this run.'}
    end as verdict,
    authored_at, committed_at, committer_email
  from git_commit
  where committed_at is null or committed_at > $as_of - to_days($within_days::integer)
)
select subject_id, verdict.status as status, verdict.reason as reason, authored_at, committed_at, committer_email
from verdicts
