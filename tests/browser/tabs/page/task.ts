import { type Ended, calls, client } from "./visitor";

/** What a worker is asked for. */
export interface Task {
  user: string;
  number: number;
}

const clients = new Map<string, ReturnType<typeof client>>();

/** Does what a worker is asked for, with one client for each user. */
export async function carry({ user, number }: Task): Promise<Ended> {
  const box = clients.get(user) ?? client(user);
  clients.set(user, box);
  return calls(box, number);
}
