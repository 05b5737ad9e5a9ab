import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import { createLink, type LinkComponent } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'

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

/** A link to a page of the application. */
export const TextLink: LinkComponent<typeof AnchorElement> = props => <RoutedAnchor preload="intent" {...props} />

/** A link to a page that looks like a button. */
export const ButtonLink: LinkComponent<typeof ButtonElement> = props => <RoutedButton preload="intent" {...props} />

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
