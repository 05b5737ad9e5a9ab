import { createRootRoute } from '@tanstack/react-router'
import { Crash } from './crash.tsx'
import { NotFound } from './not-found.tsx'
import { Root } from './root.tsx'

/** The root of all pages' routes. */
export const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: Crash })
