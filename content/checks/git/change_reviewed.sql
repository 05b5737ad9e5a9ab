-- A person is the same when the address or the name is: people commit under several addresses.
with change as (
  select
    connection || '/' || sha as subject_id,
    kind, pull_request, first, merged_at, subject, author_name, committer_name, unreviewed_commits,
    lower(trim(author_email)) as author_email, lower(trim(author_name)) as author_key,
    lower(trim(committer_email)) as committer_email, lower(trim(committer_name)) as committer_key,
    from_json(authors, '[{"name":"VARCHAR","email":"VARCHAR"}]') as wrote,
    from_json(reviewers, '[{"name":"VARCHAR","email":"VARCHAR"}]') as looked
  from git_change
  where merged_at is null or merged_at > $as_of - to_days($within_days::integer)
),
known as (
  select
    *,
    list_filter(
      list_concat(list_transform(wrote, lambda a: lower(trim(a.email))), list_transform(wrote, lambda a: lower(trim(a.name)))),
      lambda k: k is not null and k <> ''
    ) as writers,
    regexp_matches(committer_email, '^noreply@(github\.com|codeberg\.org|bitbucket\.org|(.*\.)?gitlab\.com|(.*\.)?gitea\.(io|com))$') as by_forge
  from change
),
judged as (
  select
    *,
    list_filter(looked, lambda r:
      coalesce(r.email, r.name) is not null
      and not coalesce(list_contains(writers, lower(trim(r.email))), false)
      and not coalesce(list_contains(writers, lower(trim(r.name))), false)) as independent,
    author_email is not null
      and not list_contains(writers, author_email) and not coalesce(list_contains(writers, author_key), false) as merged_by_other,
    committer_email is not null and not by_forge
      and not list_contains(writers, committer_email) and not coalesce(list_contains(writers, committer_key), false) as applied_by_other
  from known
),
verdicts as (
  select
    *,
    case
      when first then {'status': 'not_applicable', 'reason': 'It is the beginning of the history.'}
      when kind is null or wrote is null or len(writers) = 0
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
