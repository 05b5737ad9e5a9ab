with verdicts as (
  select
    connection || '/' || sha as subject_id,
    case
      when first then {'status': 'not_applicable', 'reason': 'It is the beginning of the history.'}
      when kind is null then {'status': 'unknown', 'reason': 'The record does not say how the change reached the main line.'}
      when kind = 'merge' then {'status': 'pass', 'reason': 'It was merged.'}
      when kind = 'squash' and pull_request is not null
        then {'status': 'pass', 'reason': 'It is pull request ' || pull_request || ', put on the main line as one commit.'}
      when kind = 'squash'
        then {'status': 'unknown', 'reason': 'The forge made the commit and names no pull request: it may come from its web editor.'}
      when list_contains(string_split(lower(replace($allowed_committers, ' ', '')), ','), lower(trim(committer_email)))
        then {'status': 'pass', 'reason': lower(trim(committer_email)) || ' may push directly.'}
      else {'status': 'fail', 'reason': coalesce(committer_name, committer_email, 'Somebody without a name') || ' pushed it directly to the main line.'}
    end as verdict,
    subject, merged_at
  from git_change
  where merged_at is null or merged_at > $as_of - to_days($within_days::integer)
)
select subject_id, verdict.status as status, verdict.reason as reason, merged_at, subject
from verdicts
