-- A person is the same when the address or the name is: people commit under several addresses.
-- Paths into lower-cased JSON are about three times as fast as lists transformed element by element, measured over a million changes.
with change as (
  select
    connection || '/' || sha as subject_id,
    kind, pull_request, first, merged_at, subject, author_name, author_email, committer_name, committer_email, unreviewed_commits,
    json_extract_string(lower(authors::varchar), '$[*].email') as emails,
    json_extract_string(lower(authors::varchar), '$[*].name') as names,
    from_json(nullif(reviewers::varchar, '[]')::json, '[{"name":"VARCHAR","email":"VARCHAR"}]') as looked,
    regexp_matches(lower(trim(committer_email)), '^noreply@(github\.com|codeberg\.org|bitbucket\.org|(.*\.)?gitlab\.com|(.*\.)?gitea\.(io|com))$') as by_forge
  from git_change
  where merged_at is null or merged_at > $as_of - to_days($within_days::integer)
),
judged as (
  select
    *,
    list_filter(looked, lambda r:
      coalesce(r.email, r.name) is not null
      and not coalesce(list_contains(emails, lower(trim(r.email))), false)
      and not coalesce(list_contains(names, lower(trim(r.name))), false)) as independent,
    author_email is not null
      and not list_contains(emails, lower(trim(author_email)))
      and not coalesce(list_contains(names, lower(trim(author_name))), false) as merged_by_other,
    committer_email is not null and not by_forge
      and not list_contains(emails, lower(trim(committer_email)))
      and not coalesce(list_contains(names, lower(trim(committer_name))), false) as applied_by_other
  from change
),
verdicts as (
  select
    *,
    case
      when first then {'status': 'not_applicable', 'reason': 'It is the beginning of the history.'}
      when kind is null or coalesce(list_max(emails), list_max(names)) is null
        then {'status': 'unknown', 'reason': 'The record does not say who wrote the change.'}
      when len(independent) > 0
        then {'status': 'pass', 'reason': 'Its message names a reviewer who did not write it: ' || coalesce(independent[1].name, independent[1].email) || '.'}
      when unreviewed_commits = 0
        then {'status': 'pass', 'reason': 'Every commit that it brought names a reviewer other than its author.'}
      when kind = 'merge' and merged_by_other
        then {'status': 'pass', 'reason': coalesce(author_name, author_email) || ' merged it and wrote none of it.'}
      when kind <> 'merge' and applied_by_other
        then {'status': 'pass', 'reason': coalesce(committer_name, committer_email) || ' put it on the main line and did not write it.'}
      when pull_request is not null
        then {'status': 'unknown', 'reason': 'Git does not record who approved pull request ' || pull_request || '; only the forge knows.'}
      when by_forge
        then {'status': 'unknown', 'reason': 'The forge made the commit and names no pull request, so who approved it is not recorded.'}
      when kind = 'merge' then {'status': 'fail', 'reason': 'One of its own authors merged it, and it names no reviewer.'}
      else {'status': 'fail', 'reason': 'Its own author pushed it to the main line, and it names no reviewer.'}
    end as verdict
  from judged
)
select subject_id, verdict.status as status, verdict.reason as reason, kind, pull_request, merged_at, subject
from verdicts
