import { Client, fetchExchange } from '@urql/core';
import { SignedInPerson } from '../documents/access-documents';
import { shownTextsExchange } from '../live/shown-texts';

export interface Person {
  readonly id: string;
  /** As people know them: their name and e-mail address, or the id where the service knows neither. */
  readonly name: string;
}

/** The person that a token signs in, in the service's words; null where the service refuses the token or does not respond. */
export async function findPerson(url: string, token: string): Promise<Person | null> {
  const api = new Client({
    url,
    preferGetMethod: false,
    exchanges: [shownTextsExchange, fetchExchange],
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  });
  const { data } = await api.query(SignedInPerson, {}).toPromise();
  if (!data?.viewer) return null;
  const { id, user } = data.viewer;
  return { id, name: user ? `${user.name} (${user.email || id})` : id };
}
