const SHOWN_FOR = 2000; // milliseconds

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  throw new Error("no clipboard on an insecure page");
}

export default function mount({ parentElement }) {
  const button = parentElement.querySelector("button");
  let timer = 0;
  button.onclick = async () => {
    let said = "Link copied";
    try {
      await copy(window.location.href);
    } catch {
      said = "Copy the address bar";
    }
    button.textContent = said;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (button.textContent = "Copy link"), SHOWN_FOR);
  };
  return () => window.clearTimeout(timer);
}
