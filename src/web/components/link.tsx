import { Anchor, type AnchorProps, Button, type ButtonProps, Text } from '@mantine/core'
import { createLink, type LinkComponent, useRouter } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'
import { useSession } from '../api/session.ts'

type AnchorElementProps = AnchorProps & Omit<ComponentProps<'a'>, keyof AnchorProps>
type ButtonElementProps = ButtonProps & Omit<ComponentProps<'a'>, keyof ButtonProps>

function AnchorElement(props: AnchorElementProps): ReactNode {
  return <Anchor {...props} />
}

function ButtonElement(props: ButtonElementProps): ReactNode {
  return <Button component="a" {...props} />
}

const RoutedAnchor = createLink(AnchorElement)
const RoutedButton = createLink(ButtonElement)

/** Whether the signed-in person's role includes the page at an address (`/checks/$id` or `/checks/git.reviewed`). */
function useMayOpen(to: unknown): boolean {
  const router = useRouter()
  const { may } = useSession()
  if (typeof to !== 'string' || !to.startsWith('/')) return true
  const [routes] = router.getMatchedRoutes(to.replace(/[?#].*$/, ''))
  const access = routes.at(-1)?.options.staticData?.access
  return access === undefined || may.includes(access)
}

/** A link to a page of the application; its text alone for those whose role does not include the page. */
export const TextLink: LinkComponent<typeof AnchorElement> = props => {
  const may = useMayOpen(props.to)
  if (may) return <RoutedAnchor preload="intent" {...props} />
  const { size, fw, className, children } = props as AnchorElementProps
  return (
    <Text span inherit={size === undefined} {...{ size, fw, className }}>
      {children}
    </Text>
  )
}

function Nothing(): ReactNode {
  return null
}

/** A link to a page that looks like a button; left out for those whose role does not include the page. */
export const ButtonLink: LinkComponent<typeof ButtonElement> = props =>
  useMayOpen(props.to) ? <RoutedButton preload="intent" {...props} /> : <Nothing />

/**
 * A link to an address that the server gave (`/checks/git.change_reviewed`). Only addresses within the application are followed; anything
 * else is shown as text.
 */
export function HrefLink({ href, children, ...props }: AnchorProps & { href: string; children: ReactNode }): ReactNode {
  if (!/^\/(?!\/)/.test(href)) return children
  return (
    <TextLink {...props} to={href as '/'}>
      {children}
    </TextLink>
  )
}
