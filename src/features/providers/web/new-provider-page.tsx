import { SegmentedControl, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toast } from '../../../web/components/toast.ts'
import { ToCopy } from './our-addresses.tsx'
import { ProviderForm } from './provider-form.tsx'
import { kindWords, ourAddresses } from './provider-words.ts'

const route = getRouteApi('/providers/new')

/** Adds an identity provider: what it wants to know of us, and what we want to know of it. */
export function NewProviderPage(): ReactNode {
  const { kind = 'oidc' } = route.useSearch()
  const navigate = route.useNavigate()
  const client = useQueryClient()
  return (
    <Page
      title="Add a provider"
      trail={[
        <TextLink key="list" to="/providers" size="xs">
          Single sign-on
        </TextLink>,
      ]}
    >
      <Columns>
        <MainColumn>
          <Section title="The provider">
            <SegmentedControl
              aria-label="Kind of provider"
              mb="md"
              value={kind}
              onChange={next => void navigate({ search: next === 'saml' ? { kind: 'saml' } : {}, replace: true })}
              data={Object.entries(kindWords).map(([value, label]) => ({ value, label }))}
            />
            <ProviderForm
              key={kind}
              kind={kind}
              action="Add it"
              onCancel={() => void navigate({ to: '/providers' })}
              onSave={async input => {
                const { id } = await answer(api.POST('/api/v1/providers', { body: input }))
                toast('The provider was added.')
                await client.invalidateQueries({ queryKey: ['providers'] })
                await navigate({ to: '/providers/$id', params: { id } })
              }}
            />
          </Section>
        </MainColumn>
        <SideColumn>
          <Section title="Tell the provider">
            {kind === 'oidc' ? (
              <>
                <Text size="sm" mb="sm">
                  Register a web application there, with the authorization code flow, this redirect URI and the scopes
                  openid, email and profile.
                </Text>
                <ToCopy values={ourAddresses(window.location.origin, undefined)} />
              </>
            ) : (
              <Text size="sm">
                Register a SAML application there and download its metadata. Our own addresses (ACS URL, entity ID,
                metadata) stand on the page of the provider as soon as it was added. Should it ask for them first, give
                it any and correct them then.
              </Text>
            )}
          </Section>
        </SideColumn>
      </Columns>
    </Page>
  )
}
