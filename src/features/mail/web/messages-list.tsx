import { Text, UnstyledButton } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StatusBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { allPages } from '../../../web/export-rows.ts'
import { count } from '../../../web/format.ts'
import classes from './mail.module.css'
import { MessageView } from './message-view.tsx'
import { exportSize, fetchMessages, type Message, type MessagesQuery, messagesQuery, pageSize } from './queries.ts'
import { causeWords, stateWords, templateWords } from './words.ts'

const route = getRouteApi('/mail')
const states = Object.keys(stateWords) as Message['state'][]
const templates = Object.keys(templateWords) as Message['template'][]

/** The messages: searched, filtered, sorted, exported, opened. */
export function MessagesList(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [opened, setOpened] = useState<Message>()
  const { q, state, template, cursor, sort = '-created_at' } = search
  const filters: MessagesQuery = { limit: pageSize, sort, q, state, template }
  const query = useQuery(messagesQuery({ ...filters, cursor }))
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: previous => ({ ...previous, cursor: undefined, ...change }), replace: true })
  const columns = columnsOf(setOpened)
  return (
    <>
      <Toolbar
        end={
          <>
            {query.data ? <span>{count(query.data.total, 'message')}</span> : null}
            <ExportMenu
              name="mail"
              columns={columns}
              rows={() => allPages(next => fetchMessages({ ...filters, limit: exportSize, cursor: next }))}
            />
          </>
        }
      >
        <SearchBox label="Search messages" value={q} onChange={next => set({ q: next })} />
        <Filter
          label="State"
          width={140}
          value={state}
          onChange={next => set({ state: next })}
          options={states.map(value => ({ value, label: stateWords[value].label }))}
        />
        <Filter
          label="What"
          width={150}
          value={template}
          onChange={next => set({ template: next })}
          options={templates.map(value => ({ value, label: templateWords[value] }))}
        />
      </Toolbar>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Empty title="No message" icon={IconMail}>
              {q || state || template ? 'Clear the filters to see all of them.' : 'What Vouch mails stands here.'}
            </Empty>
          ) : (
            <>
              <DataTable
                caption="Messages"
                columns={columns}
                rows={items}
                rowId={message => message.id}
                sort={sort}
                onSort={next => set({ sort: next as NonNullable<typeof search.sort> })}
                sortedByServer
              />
              <Pager cursor={cursor} next={next_cursor} shown={items.length} total={total} noun="messages" />
            </>
          )
        }
      </QueryView>
      {opened ? <MessageView message={opened} onClose={() => setOpened(undefined)} /> : null}
    </>
  )
}

function columnsOf(onOpen: (message: Message) => void): Column<Message>[] {
  return [
    {
      id: 'recipient',
      header: 'To',
      sortable: true,
      value: message => message.recipient,
      cell: message => (
        <UnstyledButton className={classes.open} onClick={() => onOpen(message)}>
          <span className="v-wrap">{message.recipient}</span>
          <Text span size="xs" c="dimmed" className="v-wrap">
            {message.subject}
          </Text>
        </UnstyledButton>
      ),
    },
    {
      id: 'template',
      header: 'What',
      sortable: true,
      width: '140px',
      value: message => message.template,
      cell: message => templateWords[message.template],
    },
    {
      id: 'created_by',
      header: 'Caused by',
      width: '170px',
      wideOnly: true,
      value: causeWords,
      cell: causeWords,
    },
    {
      id: 'state',
      header: 'State',
      sortable: true,
      width: '140px',
      value: message => message.state,
      cell: message => <StatusBadge words={stateWords[message.state]} plain />,
    },
    {
      id: 'attempts',
      header: 'Attempts',
      width: '90px',
      align: 'right',
      wideOnly: true,
      value: message => message.attempts,
      cell: message => message.attempts,
    },
    {
      id: 'created_at',
      header: 'When',
      sortable: true,
      width: '130px',
      value: message => message.created_at,
      cell: message => <Time iso={message.created_at} as="relative" />,
    },
  ]
}
