package kant.edgehub;

import kant.upstream.Link;
import kant.upstream.budget.Budget;

/** The link to the parent, and what may go over it. */
record ParentLink(Link link, Budget budget) {}
